import { sha256 } from "../base/hash.ts";
import type * as ID from "../base/id.ts";
import type { ImportMailsRow, MailingRow } from "../mail/row.ts";
import { position } from "../table/key-text.ts";
import type { Key, List, Range } from "../table/table.ts";
import type { ChunkRow, ImportNameRow, ImportRow, ImportSettingRow, OutcomeRow } from "./row.ts";

type Import = ID.ID<"import">;
type Organization = ID.ID<"organization">;

export const importKeys = {
  /** An import: its file, its state, its counts. Expires after 90 days. */
  import: (organization: Organization, id: Import): Key<ImportRow> => ({ pk: organization, sk: id }),
  imports: (organization: Organization): Range<ImportRow> => ({ pk: organization, prefix: "imp_" }),
  /** The account of scripts. */
  importSetting: (organization: Organization): Key<ImportSettingRow> => ({ pk: organization, sk: "#imports" }),
  /** The running import. */
  importing: (organization: Organization): Key<ImportNameRow> => ({ pk: organization, sk: "#importing" }),
  /** The import that had this content. Expires after 90 days. */
  importedFile: (organization: Organization, { etag, size }: { etag: string; size: number }): Key<ImportNameRow> => ({
    pk: organization,
    sk: `file#${etag}#${size}`,
  }),
  /** An upload that was announced. Expires after 90 days. */
  receivedUpload: (organization: Organization, upload: string): Key<ImportNameRow> => ({
    pk: organization,
    sk: `upl#${sha256(upload)}`,
  }),
  /** A chunk of the file, and its progress. Expires after 90 days. */
  chunk: (id: Import, number: number): Key<ChunkRow> => ({ pk: id, sk: `chk#${String(number).padStart(6, "0")}` }),
  /** Outcomes of the rows after that one. Expires after 90 days. */
  outcome: (id: Import, after: number): Key<OutcomeRow> => ({ pk: id, sk: `out#${position(after)}` }),
  ofImport: (id: Import): Range<ChunkRow | OutcomeRow | ImportMailsRow | MailingRow> => ({ pk: id }),
  chunks: (id: Import): Range<ChunkRow> => ({ pk: id, prefix: "chk#" }),
  outcomes: (id: Import): Range<OutcomeRow> => ({ pk: id, prefix: "out#" }),
  /** Those of the rows after `from` up to `to`. */
  outcomesBetween: (id: Import, from: number, to: number): Range<OutcomeRow> => ({
    pk: id,
    from: `out#${position(from)}`,
    to: `out#${position(to - 1)}`,
  }),
  /** Imports that have not ended, by when to check on them: `at#imp`. */
  openImports: "imports#open" as List<ImportRow>,
};
