import { minuteSeconds } from "../base/duration.ts";
import { sha256 } from "../base/hash.ts";
import type * as ID from "../base/id.ts";
import { bucket, type ObjectHead } from "../kernel/ports.ts";
import { signed } from "../kernel/signed.ts";
import { keyOfUpload, type Place } from "./import.ts";
import { maxBytes, uploadMinutes } from "./limits.ts";
import type { ImportRow } from "./row.ts";

/**
 * The form that uploads the file of an import carries a mark, which S3 stores with the object. Only its hash is in the
 * table, so the function that processes imports tells the dashboard's objects from others without holding the pepper.
 */

export const uploadSeconds = uploadMinutes * minuteSeconds;
const contentType = "text/csv";

const uploads = signed("upload");

type Asked = Place & { by: ID.ID<"account"> };

/** Signs the form of a new import, and returns the hash of its mark. */
export async function sign(asked: Asked) {
  const mark = markOf(asked);
  return { upload: await formOf(asked, mark), mark: sha256(mark) };
}

/** Signs the form again: with the same mark, also after a rotation of the pepper. */
export function signAgain(asked: Asked, row: Pick<ImportRow, "mark"> | undefined) {
  // threat: a form signed again after a rotation has another mark
  const written = uploads.all(...valuesOf(asked)).map(textOf);
  return formOf(asked, written.find((mark) => sha256(mark) === row?.mark) ?? markOf(asked));
}

/** Returns whether the import's own form created an object. */
export const isFromForm = ({ metadata }: ObjectHead, { mark }: Pick<ImportRow, "mark">): boolean =>
  // threat: anything counts as the mark of a form
  // threat: somebody who reads the table can mark objects
  mark !== undefined && metadata.mark !== undefined && sha256(metadata.mark) === mark;

const formOf = (place: Place, mark: string) =>
  bucket.presignUpload({
    key: keyOfUpload(place),
    contentType,
    metadata: { mark },
    maxBytes,
    lifetimeSeconds: uploadSeconds,
  });

// threat: the form of one import marks the file of another
const valuesOf = ({ organization, id, by }: Asked) => [organization, id, by];
const markOf = (asked: Asked) => textOf(uploads.bytes(...valuesOf(asked)));
const textOf = (mac: Buffer) => `mst_upl_${mac.toString("hex")}`;
