/** The object at the key is another version, or missing. */
export class ObjectChanged extends Error {
  override name = "ObjectChanged";
}
