/** Stands for the signing of event streams: none of our calls is one. */
export class HeaderFormatter {
  format(): never {
    throw new Error("The bundles leave out event streams.");
  }
}
