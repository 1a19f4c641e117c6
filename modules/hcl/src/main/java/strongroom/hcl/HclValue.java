package strongroom.hcl;

/** A value of an HCL text. Immutable; its {@code toString} tells its kind and never its content. */
public sealed interface HclValue permits HclString, HclNumber, HclBoolean, HclList, HclObject {
  /** Where the value starts. */
  Position at();

  /** What kind it is, for messages, with its article: {@code a string}, {@code a list}. */
  String kind();
}
