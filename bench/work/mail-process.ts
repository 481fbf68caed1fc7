import { type AddressInfo, connect as connectTo, createServer } from "node:net";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind, type MailMessage, type SendSlot } from "@muster/core/kernel/ports.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import type { Send } from "@muster/core/mail/mailing.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { startMail } from "@muster/local-mail/server.ts";
import { credentials, pepper, region, settings } from "../shared/deployment.ts";

// The processes that bench/work/mail.ts starts: the mail server, what records in front of it, and the workers.

const departures: number[] = [];

export type Places = {
  endpoint: string;
  tableName: string;
  provider: string;
  perSecond: number;
};

const open = ({ endpoint, tableName, provider, perSecond }: Places) => {
  const mail = ses({ from: "muster@example.com", name: "Muster" }, { endpoint: provider, region, credentials });
  const ports = {
    table: dynamo(connect({ endpoint, region, credentials }), tableName),
    settings,
    pepper,
    quota: mail.quota,
    mail: {
      rate: async () => perSecond,
      send: (message: MailMessage, slot: SendSlot) =>
        mail.send(message, {
          come: () => slot.come(),
          gone: () => {
            departures.push(performance.timeOrigin + performance.now());
            slot.gone();
          },
        }),
    },
  };
  bind(ports);
  return ports;
};

async function provide(): Promise<void> {
  const server = await startMail({ rate: { perSecond: 1_000_000, perDay: 100_000_000 } });
  process.once("message", () => process.exit());
  process.send?.({ endpoint: server.endpoint });
}

/**
 * Runs in front of the mail server and records when requests arrive, with priority over all other programs of this
 * machine.
 */
function note(port: number): void {
  const arrivals: number[] = [];
  const name = `host: 127.0.0.1:${port}`;
  const front = createServer((socket) => {
    const server = connectTo(port, "127.0.0.1");
    socket.on("data", (chunk) => {
      const isRequest = chunk.subarray(0, 5).toString() === "POST ";
      if (isRequest) arrivals.push(performance.timeOrigin + performance.now());
      // it serves only requests to its own name
      server.write(isRequest ? chunk.toString("latin1").replace(/^host: .*$/im, name) : chunk, "latin1");
    });
    server.pipe(socket);
    socket.on("close", () => server.destroy());
    for (const one of [socket, server]) one.on("error", () => socket.destroy());
  });
  front.listen(0, "127.0.0.1", () => {
    const { port: own } = front.address() as AddressInfo;
    process.send?.({ endpoint: `http://127.0.0.1:${own}` });
  });
  process.once("message", () => process.send?.({ arrivals }, () => process.exit()));
}

function work(): void {
  process.once("message", (message) => void workAt(message as Places & { until: number }));
  process.send?.({ ready: true });
}

async function workAt({ until, ...places }: Places & { until: number }): Promise<void> {
  const ports = open(places);
  bind({ ...ports, queues: { send: async (_, bodies) => void process.send?.({ later: bodies }) } });
  const next = () =>
    new Promise<Send | null>((resolve) => {
      process.once("message", (answer) => resolve((answer as { job: Send | null }).job));
      process.send?.({ next: true });
    });
  for (let job = await next(); job && Date.now() < until; job = await next()) {
    const mailing = job;
    await asSystem("bulk", () => Bulk.send(mailing), until);
  }
  process.send?.({ departures }, () => process.exit());
}

const [, , role, port] = process.argv;
if (role === "provider") await provide();
else if (role === "front") note(Number(port));
else work();
