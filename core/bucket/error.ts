/** What lies at the key is not what was meant: another version, or nothing. */
export class ObjectChanged extends Error {
  override name = "ObjectChanged";
}
