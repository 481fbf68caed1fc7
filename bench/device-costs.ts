// What devices cost on AWS, from counted calls and list prices of us-east-1 in November 2026, in dollars, without a free tier.

const prices = {
  readUnits: 0.125 / 1e6,
  writeUnits: 0.625 / 1e6,
  httpApiRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** A GB-second on arm64. */
  lambdaSecond: 0.0000133334,
  /** A signature by an elliptic curve. */
  signature: 0.15 / 1e4,
  outGB: 0.09,
};
const memoryGB = 0.5;
/** Waiting for the table and for KMS. */
const waitingMs = 8;
const daysInMonth = 30;

type Counted = { readUnits: number; writeUnits: number };
type Given = { poll: Counted; document: Counted; cpuMs: number };
type Habit = { pollsADay: number; changesADay: number; viaGateway: boolean };

const millions = 1;
const unchangedBytes = 900;
const documentBytes = 3_000;
/** Each change: six receipts and the device's row. */
const receiptUnits = 7;

/** The lines of a table: what a million devices cost a month, by how they ask. */
export function costModel(given: Given): string[] {
  const habits: [string, Habit][] = [
    ["every 5 minutes, through API Gateway", { pollsADay: 288, changesADay: 1, viaGateway: true }],
    ["every hour, through API Gateway", { pollsADay: 24, changesADay: 1, viaGateway: true }],
    ["every hour, through a function URL", { pollsADay: 24, changesADay: 1, viaGateway: false }],
    ["every 8 hours, through a function URL", { pollsADay: 3, changesADay: 1, viaGateway: false }],
  ];
  return [
    "| A million devices ask | Table | Lambda | Gateway | Signatures | Traffic | A month |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...habits.map(([name, habit]) => {
      const parts = monthOf(given, habit);
      const all = parts.reduce((sum, one) => sum + one, 0);
      return `| ${[name, ...[...parts, all].map((one) => `$${Math.round(one).toLocaleString("en")}`)].join(" | ")} |`;
    }),
  ];
}

function monthOf({ poll, document, cpuMs }: Given, { pollsADay, changesADay, viaGateway }: Habit): number[] {
  const devices = millions * 1e6;
  const requests = devices * daysInMonth;
  // once a day a document is signed again, and receipts follow each change
  const [polls, documents, receipts] = [pollsADay * requests, (changesADay + 1) * requests, changesADay * requests];
  const reads = polls * poll.readUnits + documents * document.readUnits + receipts * 4;
  const writes = receipts * receiptUnits + documents * document.writeUnits;
  const calls = polls + documents + receipts;
  const seconds = (calls * (cpuMs + waitingMs)) / 1_000;
  return [
    reads * prices.readUnits + writes * prices.writeUnits,
    calls * prices.lambdaRequest + seconds * memoryGB * prices.lambdaSecond,
    viaGateway ? calls * prices.httpApiRequest : 0,
    documents * prices.signature,
    ((polls * unchangedBytes + documents * documentBytes) / 1e9) * prices.outGB,
  ];
}
