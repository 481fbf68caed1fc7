/** Replaces the checksums in JavaScript: the SDK prefers Node's own, which Lambda's Node has. */
function noChecksum(): never {
  throw new Error("The bundles leave out checksums in JavaScript.");
}

export { noChecksum as Crc32Js, noChecksum as Md5Js, noChecksum as Sha256Js };
