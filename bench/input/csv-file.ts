import { seededRandom } from "@muster/local/testing/random.ts";

/** This many rows are generated once and repeated throughout the file, which is never whole in memory. */
const rowsOfBlock = 100_000;
const chunkBytes = 1024 * 1024;
const firstNames = ["Ada", "Ben", "Chloé", "Emma", "Igor", "Julia", "Noël", "Zoë", "Grace", "Edsger"];
const lastNames = ["Bauer", "Costa", "Dubois", "Fischer", "Garcia", "Haddad", "Lovelace", "O’Neill"];
const roles = ["read", "read", "Write", "", "Admin"];

/**
 * A file of people like organizations have them: a tenth with quotes, a fifth with letters beyond ASCII or with teams.
 */
export function fileOf(rows: number) {
  const random = seededRandom(7);
  const pick = (all: readonly string[]) => all[Math.floor(random() * all.length)] ?? "";
  const lines = Array.from({ length: rowsOfBlock }, (_, at) => {
    const [first, last] = [pick(firstNames), pick(lastNames)];
    const name = random() < 0.1 ? `"${last}, ${first}"` : `${first} ${last}`;
    return `person.${at}@example.com,${name},${pick(roles)},${random() < 0.2 ? "Research;Sales" : ""}\r\n`;
  });
  const [head, block] = ["email,name,role,teams\r\n", lines.join("")].map((text) => new TextEncoder().encode(text));
  if (!head || !block) throw new Error("There is no text.");
  const size = head.length + (block.length * rows) / rowsOfBlock;

  /** Returns a range of it, as of an object in a bucket. */
  function bytesAt(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(to, size) - from);
    for (let at = 0; at < bytes.length; ) {
      const place = from + at;
      const part =
        place < (head?.length ?? 0)
          ? head?.subarray(place)
          : block?.subarray((place - (head?.length ?? 0)) % block.length);
      const fitting = (part ?? bytes).subarray(0, bytes.length - at);
      bytes.set(fitting, at);
      at += fitting.length;
    }
    return bytes;
  }
  return { size, bytesAt, chunks: () => chunksOf(size, bytesAt) };
}

function* chunksOf(size: number, bytesAt: (from: number, to: number) => Uint8Array) {
  for (let from = 0; from < size; from += chunkBytes) yield bytesAt(from, from + chunkBytes);
}

export type Measured = { rows: number; cpuMs: number; peakMb: number };

/** Reads a file once and reports its cost; runs as a whole program. */
export async function measure(read: (file: ReturnType<typeof fileOf>) => number | Promise<number>): Promise<void> {
  const file = fileOf(Number(process.argv.at(-1)));
  const before = process.cpuUsage();
  const rows = await read(file);
  const { user, system } = process.cpuUsage(before);
  const measured: Measured = { rows, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(measured));
}
