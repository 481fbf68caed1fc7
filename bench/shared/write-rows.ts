import { createInterface } from "node:readline";
// Node 24 runs this file; the types of the Node that runs the rest do not know it
// @ts-expect-error -- node:sqlite came with Node 22
import { DatabaseSync } from "node:sqlite";
import type { FileRow } from "./rows.ts";

// node write-rows.ts FILE TABLE < rows: writes rows into the engine's file, in the order of its keys, which is what
// keeps it fast: in the order of their coming, each would change another page.

const [, , file = "", table = ""] = process.argv;
const database = new DatabaseSync(file);
database.exec("PRAGMA cache_size = -400000; PRAGMA temp_store = FILE; PRAGMA synchronous = OFF");
database.exec("CREATE TEMP TABLE rows (pk, sk, item, size, list, rank, listed)");
const stage = database.prepare("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)");

database.exec("BEGIN");
for await (const line of createInterface({ input: process.stdin })) {
  const { pk, sk, item, size, listed }: FileRow = JSON.parse(line);
  const index = listed ? [text(listed.list), text(listed.rank), listed.item] : [null, null, null];
  stage.run(text(pk), text(sk), item, size, ...index);
}
database.exec(`
  INSERT INTO "${table}" (pk, sk, item_json, item_size) SELECT pk, sk, item, size FROM rows ORDER BY pk, sk;
  INSERT INTO "${table}::gsi::list" SELECT list, rank, pk, sk, listed FROM rows WHERE list IS NOT NULL ORDER BY list, rank, pk, sk;
  COMMIT;
`);
database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
database.close();

/** The engine writes a key's type before its value. */
function text(value: string): string {
  return `S:${value}`;
}
