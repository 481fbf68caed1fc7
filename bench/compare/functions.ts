import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle, folderOf, options } from "@muster/functions/bundle.ts";
import { httpEvent } from "@muster/functions/testing/events.ts";
import { startFunction } from "@muster/functions/testing/lambda.ts";
import { lambdaNode } from "@muster/functions/testing/node.ts";
import { startSecrets } from "@muster/functions/testing/secrets-endpoint.ts";
import { weigh } from "@muster/functions/testing/weigh.ts";
import { build, type Plugin } from "esbuild";
import { type Deployment, openDeployment, pepper, siteUrl } from "../shared/deployment.ts";
import { compare, cpuOf, median, print } from "../shared/output.ts";
import { installPeers, peers } from "../shared/peers.ts";
import { originSecret } from "./subject.ts";

/**
 * The API function compared with express, zod and the SDK, both built the same way and run on the Node of Lambda, with
 * the same table. Times are CPU of the function's own process, without the engine's.
 */
const coldStarts = 9;
const warmUps = 500;
const requestsPerRound = 1000;
const rounds = 5;

const secretsArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-bench-AbCdEf";

/** A program to run: the folder of a bundle, on this Node. */
type Subject = { folder: string; environment: Record<string, string>; node: string };

/** @param words [--node path of another Node] */
export async function run(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { node: { type: "string" } } });
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const secrets = await startSecrets({ [secretsArn]: JSON.stringify({ pepper, origin: originSecret }) });
  try {
    const places = { folder, secretsEndpoint: secrets.endpoint, node: values.node ?? lambdaNode() };
    await openDeployment((deployment) => measure(deployment, places), { inMemory: true });
  } finally {
    await secrets.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Places = { folder: string; secretsEndpoint: string; node: string };

async function measure(deployment: Deployment, { folder, secretsEndpoint, node }: Places): Promise<void> {
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: deployment.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsEndpoint,
    MUSTER_TABLE: deployment.tableName,
    MUSTER_SITE_URL: siteUrl,
    MUSTER_WORK_QUEUE_URL: "http://127.0.0.1:9/work",
    MUSTER_MAIL_QUEUE_URL: "http://127.0.0.1:9/mail",
    MUSTER_CODES_QUEUE_URL: "http://127.0.0.1:9/codes",
    MUSTER_IMPORTS_QUEUE_URL: "http://127.0.0.1:9/imports",
    MUSTER_BUCKET: "muster",
    MUSTER_BUCKET_URL: "http://127.0.0.1:9/muster",
    MUSTER_BULK_QUEUE_URL: "http://127.0.0.1:9/bulk",
    MUSTER_CHECKS_QUEUE_URL: "http://127.0.0.1:9/checks",
    MUSTER_SECRETS_ARN: secretsArn,
  };
  const organization = await deployment.found("Acme");
  const event = httpEvent({
    path: `/api/v1/organizations/${organization}`,
    headers: {
      authorization: `Bearer ${deployment.token}`,
      "x-muster-origin": originSecret,
      "cloudfront-viewer-address": "203.0.113.9:51234",
    },
  });

  const ourMetafile = (await bundle(folder)).api;
  const peersMetafile = await bundlePeer(join(folder, "express"));
  const ours: Subject = { folder: folderOf("api", folder), environment, node };
  const express: Subject = { folder: join(folder, "express"), environment, node };

  print(`${"".padEnd(44)}${"Muster".padStart(16)}${"express + zod".padStart(16)}${"ratio".padStart(8)}`);
  const [our, theirs] = [weigh(ourMetafile), weigh(peersMetafile)];
  print(compare("code loaded at start, minified", our.loaded / 1000, theirs.loaded / 1000, "KB"));
  print(compare("the same, gzip", our.gzip / 1000, theirs.gzip / 1000, "KB"));

  const cold: [number[], number[]] = [[], []];
  for (let i = 0; i < coldStarts; i++) {
    cold[0].push(await coldStart(ours, event));
    cold[1].push(await coldStart(express, event));
  }
  print(compare("start to first authenticated GET, CPU", median(cold[0]), median(cold[1]), "ms"));

  const [first, second] = await throughputs([ours, express], event);
  print(compare("authenticated GET, per second of CPU", first, second, "ops"));
}

/** From the start of the process to the answer to its first request. */
async function coldStart({ folder, environment, node }: Subject, event: object): Promise<number> {
  const one = await startFunction(folder, environment, node);
  insist(await one.invoke(event));
  const used = cpuOf(one.pid);
  await one.stop();
  return used;
}

/** One process each, measured in turn, so that a slow machine slows both. */
async function throughputs(subjects: [Subject, Subject], event: object): Promise<[number, number]> {
  const processes = await Promise.all(subjects.map((one) => startFunction(one.folder, one.environment, one.node)));
  const perSecond = processes.map((): number[] => []);
  for (const one of processes) for (let i = 0; i < warmUps; i++) insist(await one.invoke(event));
  for (let round = 0; round < rounds; round++) {
    for (const [at, one] of processes.entries()) {
      const before = cpuOf(one.pid);
      for (let i = 0; i < requestsPerRound; i++) await one.invoke(event);
      perSecond[at]?.push((requestsPerRound * 1000) / (cpuOf(one.pid) - before));
    }
  }
  await Promise.all(processes.map((one) => one.stop()));
  const [first = [], second = []] = perSecond;
  return [median(first), median(second)];
}

function insist(answer: unknown) {
  const { statusCode, body } = answer as { statusCode: number; body: string };
  if (statusCode !== 200) throw new Error(`The request was answered ${statusCode}: ${body}`);
}

async function bundlePeer(outdir: string) {
  installPeers();
  const entryPoints = { index: `${peers}/express.mjs` };
  const { metafile } = await build({ ...options, plugins: [plainHttp], entryPoints, outdir });
  return metafile;
}

/** The SDK imports node:http for loopback only; on Lambda it uses https, so the peer should not pay for it here. */
const plainHttp: Plugin = {
  name: "plain-http",
  setup: (build) => {
    build.onResolve({ filter: /^node:http$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: resolve("functions/node-http.ts") } : undefined,
    );
  },
};
