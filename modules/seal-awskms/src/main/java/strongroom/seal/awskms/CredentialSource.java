package strongroom.seal.awskms;

import java.util.Optional;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;

/** A place that may have credentials. */
interface CredentialSource {
  /**
   * Credentials, which the caller closes; empty where this place is not meant to have any.
   *
   * @throws SealFault where it is meant to and has not
   */
  Optional<AwsCredentials> take(Deadline deadline);
}
