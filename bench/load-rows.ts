import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type AttributeValue, toAttributes } from "@muster/core/table/attribute-values.ts";
import { projected } from "@muster/core/table/schema.ts";
import type { Item } from "@muster/core/table/table.ts";
import { lambdaNode } from "@muster/functions/testing/node.ts";

/** A row of the table as the engine's file has it; `listed` is what the index carries of it. */
export type FileRow = { pk: string; sk: string; item: string; size: number; listed?: FileListed };
type FileListed = { list: string; rank: string; item: string };

type Attributes = Record<string, AttributeValue>;
const inIndex = new Set<string>(["pk", "sk", "list", "rank", ...projected]);

/**
 * Writes rows straight into the file of an engine that is idle: a million members are eight million rows, for which the
 * engine itself takes most of an hour. A child runs on Node 24, since Node 20 has no SQLite.
 */
export async function loadRows(file: string, table: string, rows: Iterable<Item>): Promise<void> {
  const script = fileURLToPath(new URL("write-rows.ts", import.meta.url));
  const child = spawn(lambdaNode(), ["--no-warnings", script, file, table], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(child, "close");
  for (const row of rows) {
    if (!child.stdin.write(`${JSON.stringify(fileRow(row))}\n`)) await once(child.stdin, "drain");
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`The rows were not written: ${code}.`);
}

function fileRow(row: Item): FileRow {
  const attributes = toAttributes(row);
  const { pk, sk, list, rank } = row as Record<"pk" | "sk" | "list" | "rank", string>;
  const item = JSON.stringify(attributes);
  const listed = Object.fromEntries(Object.entries(attributes).filter(([name]) => inIndex.has(name)));
  return {
    pk,
    sk,
    item,
    size: sizeOfItem(attributes),
    ...(list !== undefined && { listed: { list, rank, item: JSON.stringify(listed) } }),
  };
}

/** In bytes, as DynamoDB counts them: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOfItem(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);
}

function sizeOf(value: AttributeValue): number {
  if (typeof value.S === "string") return Buffer.byteLength(value.S);
  if (typeof value.N === "string") return Math.ceil(significant(value.N).length / 2) + 1;
  if (Array.isArray(value.L)) return value.L.reduce((sum: number, one: AttributeValue) => sum + 1 + sizeOf(one), 3);
  if (value.M) return 3 + Object.keys(value.M).length + sizeOfItem(value.M as Attributes);
  return 1;
}

const significant = (number: string) => number.replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
