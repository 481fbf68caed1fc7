import type { IncomingMessage } from "node:http";
import { Busboy } from "@fastify/busboy";
import type { Bytes } from "./chunked.ts";
import { incomplete, invalidArgument, Refusal } from "./refusal.ts";

/** S3 accepts 20 KB of fields. */
const maxFieldsBytes = 20_480;
const maxFields = 100;

export type Form = {
  /** The fields before the file, by names in lowercase; those after the file are ignored. */
  fields: Map<string, string>;
  fileName: string;
  /** Fails when the form ends too early. */
  content: Bytes;
};

/**
 * Reads a form up to its file.
 * @throws Refusal
 */
export function readForm(request: IncomingMessage, contentType: string): Promise<Form> {
  const fields = new Map<string, string>();
  const limits = { fieldSize: maxFieldsBytes, fields: maxFields, files: 1 };
  return new Promise((resolve, reject) => {
    const parser = new Busboy({ headers: { "content-type": contentType }, limits });
    const fail = () => reject(malformed());
    let length = 0;
    parser.on("field", (name, value) => {
      length += name.length + value.length;
      if (length > maxFieldsBytes) reject(tooLong());
      fields.set(name.toLowerCase(), value);
    });
    parser.on("fieldsLimit", () => reject(tooLong()));
    parser.on("file", (name, file, fileName) => {
      if (name !== "file") fail();
      // a closed connection does not end a stream by itself
      request.once("close", () => {
        if (!request.complete) file.destroy(incomplete());
      });
      resolve({ fields: new Map(fields), fileName, content: whole(file) });
    });
    parser.on("error", fail);
    parser.on("finish", () => reject(invalidArgument("POST requires exactly one file upload per request.")));
    request.once("close", fail);
    request.pipe(parser);
  });
}

/** The parser's own errors are mistakes of the sender. */
async function* whole(file: Bytes): Bytes {
  try {
    yield* file;
  } catch (error) {
    throw error instanceof Refusal ? error : malformed();
  }
}

const malformed = () =>
  new Refusal(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");

const tooLong = () =>
  new Refusal(
    400,
    "MaxPostPreDataLengthExceededError",
    "Your POST request fields preceding the upload file were too large.",
  );
