/** S3's error instead of the requested result. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly code: string;
  /** Further elements of the answer. */
  readonly details: Record<string, string>;

  constructor(status: number, code: string, message: string, details: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const denied = (why = "Access Denied") => new Refusal(403, "AccessDenied", why);

export const invalidArgument = (why: string) => new Refusal(400, "InvalidArgument", why);

export const invalidRequest = (why: string) => new Refusal(400, "InvalidRequest", why);

export const badDigest = (of: string) =>
  new Refusal(400, "BadDigest", `The ${of} you specified did not match what we received.`);

export const incomplete = () =>
  new Refusal(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length header");

export const tooLarge = (maximum: number) =>
  new Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    MaxSizeAllowed: String(maximum),
  });

export const tooSmall = (minimum: number) =>
  new Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    MinSizeAllowed: String(minimum),
  });

export const failedPrecondition = (Condition: string) =>
  new Refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition,
  });

export const noSuchKey = (Key: string) => new Refusal(404, "NoSuchKey", "The specified key does not exist.", { Key });

export const noSuchUpload = (UploadId: string) =>
  new Refusal(404, "NoSuchUpload", "The specified multipart upload does not exist.", { UploadId });

export const malformedXml = () =>
  new Refusal(400, "MalformedXML", "The XML you provided was not well-formed or did not validate.");

/** For features of S3 that this server lacks, so that nothing is half done. */
export const notServed = (what: string) =>
  new Refusal(501, "NotImplemented", `The bucket of a local run does not serve ${what}.`);
