/** Stands for the checksums in JavaScript: the SDK takes Node's own where there are any, and Lambda's Node has them. */
function noChecksum(): never {
  throw new Error("The bundles leave out checksums in JavaScript.");
}

export { noChecksum as Crc32Js, noChecksum as Md5Js, noChecksum as Sha256Js };
