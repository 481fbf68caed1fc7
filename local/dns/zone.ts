import { readFileSync, writeFileSync } from "node:fs";
import type { Dns } from "@muster/core/kernel/dns-port.ts";

export type ZoneRecord = { name: string; type: "TXT" | "CNAME"; value: string };

/** The domain name system of a local run: records that a person or a test has set. */
export type Zone = {
  dns: Dns;
  records: () => readonly ZoneRecord[];
  /** Adds a record; a name may have several. `*` as the first label stands for every name that has no record. */
  add: (record: ZoneRecord) => void;
  remove: (record: ZoneRecord) => void;
};

/** Opens the records of a file, which need not exist; without a file, they are kept in memory. */
export function openZone(file?: string): Zone {
  let records: ZoneRecord[] = file === undefined ? [] : readRecords(file);
  const keep = (next: ZoneRecord[]) => {
    records = next;
    if (file !== undefined) writeFileSync(file, JSON.stringify(records, null, 2));
  };
  const isSame = (one: ZoneRecord) => (other: ZoneRecord) =>
    one.name === other.name && one.type === other.type && one.value === other.value;
  return {
    records: () => records,
    add: ({ name, ...record }) => {
      const added = { ...record, name: canonical(name) };
      if (!records.some(isSame(added))) keep([...records, added]);
    },
    remove: ({ name, ...record }) => {
      const removed = { ...record, name: canonical(name) };
      keep(records.filter((one) => !isSame(removed)(one)));
    },
    dns: {
      async text(asked) {
        const found = at(records, canonical(asked));
        if (found.some(({ type }) => type === "CNAME")) return { alias: true };
        return { values: found.map(({ value }) => value) };
      },
    },
  };
}

/** The records of a name, or else those of the closest wildcard. */
function at(records: readonly ZoneRecord[], name: string): ZoneRecord[] {
  const own = records.filter((record) => record.name === name);
  if (own.length > 0) return own;
  const labels = name.split(".");
  const wildcards = labels.map((_, i) => `*.${labels.slice(i + 1).join(".")}`);
  const closest = wildcards.find((wildcard) => records.some((record) => record.name === wildcard));
  return records.filter((record) => record.name === closest);
}

/** Names are the same in any case, and with a dot at the end. */
const canonical = (name: string) => name.trim().toLowerCase().replace(/\.$/, "");

function readRecords(file: string): ZoneRecord[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ZoneRecord[];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
