import { createSocket } from "node:dgram";

// A name server of a test, on loopback: it answers what it is told, in the format of RFC 1035.

export type TestRecord = { type: "TXT" | "CNAME"; name: string; parts: string[] };
export type TestAnswer = { records: TestRecord[] } | { code: number } | "silence";
export type TestNameServer = { address: string; asked: string[]; stop: () => void };

const types = { 5: "CNAME", 16: "TXT" } as const;
const numbers = { CNAME: 5, TXT: 16 } as const;

export async function startNameServer(
  answer: (name: string, type: "TXT" | "CNAME") => TestAnswer,
): Promise<TestNameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, { port, address }) => {
    const { name, end } = readName(query, 12);
    const type = types[query.readUInt16BE(end) as keyof typeof types];
    asked.push(`${type} ${name}`);
    const answered = answer(name, type);
    if (answered === "silence") return;
    const records = "records" in answered ? answered.records : [];
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | ("code" in answered ? answered.code : 0), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, query.subarray(12, end + 4), ...records.map(written)]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => socket.close() };
}

function readName(message: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}

const prefixed = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
const nameOf = (name: string) => Buffer.concat([...name.split(".").map(prefixed), Buffer.from([0])]);

function written({ type, name, parts }: TestRecord): Buffer {
  const data = type === "TXT" ? Buffer.concat(parts.map(prefixed)) : nameOf(parts.join("."));
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(numbers[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameOf(name), fixed, data]);
}
