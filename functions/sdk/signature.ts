/** Replaces the signing of event streams, which we never use. */
export class HeaderFormatter {
  format(): never {
    throw new Error("The bundles leave out event streams.");
  }
}
