package strongroom.seal.ocikms;

import strongroom.seal.envelope.Deadline;

/** Who calls Oracle's cloud. */
interface OciIdentity extends AutoCloseable {
  /** What signs the next call. */
  OciSignature signature(Deadline deadline);

  /** Forgets what was kept, since it was refused. */
  void forget();

  @Override
  void close();
}
