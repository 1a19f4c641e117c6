package strongroom.audit;

import java.time.Duration;

/**
 * What is the same for all kinds of devices.
 *
 * @param raw whether values are recorded as they are
 * @param hashAccessor whether accessors are hashed
 * @param elideLists whether lists are recorded by their length
 * @param tamperEvident whether lines are chained
 * @param skipTest whether no record is written to try it when it is enabled
 * @param prefix what each line begins with
 * @param writeTimeout how long a record may wait to be written
 * @param exclusions what is left out
 */
record DeviceOptions(
    boolean raw,
    boolean hashAccessor,
    boolean elideLists,
    boolean tamperEvident,
    boolean skipTest,
    String prefix,
    Duration writeTimeout,
    Exclusions exclusions) {

  EntryFormat format(Salt salt) {
    return new EntryFormat(salt, raw, hashAccessor, elideLists);
  }
}
