import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  GetAliasCommand,
  LambdaClient,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { CopyObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { functionNames, resourceName } from "./deployment.ts";
import { liveAlias } from "./lambda-function.ts";
import { keptPages } from "./site-upload.ts";

/** The order in which a release moves back: the reverse of a deployment, in which the API comes after the workers. */
const order = [...functionNames].sort((one, other) => Number(isApi(other)) - Number(isApi(one)));

// Shapes

/** The releases, and the functions that are new since and stay as they are. */
export type Move = { from: string; to: string; stay: string[] };

type Version = { version: string; release: string };
type LiveFunction = { name: string; live: string; versions: Version[] };

// Functions

/**
 * Moves the pages and then the functions of a stage to a release that was deployed before: by default the last one.
 * @throws an error, before anything has moved, if there is no such release
 */
export async function rollBack(stage: string, region: string, to?: string): Promise<Move> {
  const lambda = new LambdaClient({ region });
  const s3 = new S3Client({ region });
  const functions = await Promise.all(order.map((name) => read(lambda, resourceName({ stage }, name))));
  const from = releaseOfAll(functions, to !== undefined);
  const target = to ?? releaseBefore(functions);
  const moves = functions.map((one) => ({ one, name: one.name, version: newestOf(one.versions, target) }));
  const missing = moves.filter(({ version }) => version === undefined);
  const stay = missing.filter(({ one }) => isNew(one)).map(({ name }) => name);
  const without = missing.filter(({ one }) => !isNew(one)).map(({ name }) => name);
  // threat: half of a stage goes back to another release
  if (without.length > 0) throw new Error(`${without.join(", ")}: there is no version of ${target}.`);

  const bucket = await bucketOf(new CloudFormationClient({ region }), stage);
  const pages = await pagesOf(s3, bucket, target);
  for (const key of pages) {
    const page = key.slice(keptPages(target).length + 1);
    const source = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: page, CopySource: source }));
  }
  for (const { name, version } of moves) {
    if (version === undefined) continue;
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: liveAlias, FunctionVersion: version }));
  }
  return { from, to: target, stay };
}

function isApi(name: string): boolean {
  return name === "api" || name === "sync" || name === "identity";
}

async function read(lambda: LambdaClient, name: string): Promise<LiveFunction> {
  const { FunctionVersion = "" } = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: liveAlias }));
  const versions: Version[] = [];
  for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName: name })) {
    for (const { Version: version, Environment } of page.Versions ?? []) {
      const release = Environment?.Variables?.MUSTER_RELEASE;
      if (version && version !== "$LATEST" && release) versions.push({ version, release });
    }
  }
  versions.sort((one, other) => Number(other.version) - Number(one.version));
  return { name, live: FunctionVersion, versions };
}

const releaseOfLive = ({ live, versions }: LiveFunction) =>
  versions.find(({ version }) => version === live)?.release ?? "unknown";

/** A rollback that was interrupted leaves functions of two releases; what was before that is not known. */
function releaseOfAll(functions: readonly LiveFunction[], isNamed: boolean): string {
  const releases = [...new Set(functions.map(releaseOfLive))];
  // threat: a rollback that is repeated goes back further than to the last release
  if (releases.length > 1 && !isNamed) {
    throw new Error(`The functions are of several releases, ${releases.join(" and ")}: choose one with --to.`);
  }
  return releases.join(" and ");
}

function releaseBefore([first]: readonly LiveFunction[]): string {
  if (!first) throw new Error("There are no functions.");
  const live = releaseOfLive(first);
  const before = first.versions.find(
    ({ version, release }) => Number(version) < Number(first.live) && release !== live,
  );
  if (!before) throw new Error(`No release was deployed before ${live}.`);
  return before.release;
}

/** Returns whether no other release than the one that runs had this function. */
const isNew = (one: LiveFunction) => one.versions.every(({ release }) => release === releaseOfLive(one));

const newestOf = (versions: readonly Version[], wanted: string) =>
  versions.find(({ release }) => release === wanted)?.version;

async function bucketOf(client: CloudFormationClient, stage: string): Promise<string> {
  const StackName = resourceName({ stage }, "site");
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const bucket = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "SiteBucket")?.OutputValue;
  if (!bucket) throw new Error(`The stack ${StackName} has no output SiteBucket.`);
  return bucket;
}

/** The kept pages of a release; the first page of the web app comes last, because it names the release. */
async function pagesOf(s3: S3Client, bucket: string, release: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: `${keptPages(release)}/` },
  )) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  }
  const first = `${keptPages(release)}/index.html`;
  // threat: functions go back, and the pages do not
  if (!keys.includes(first)) throw new Error(`The pages of ${release} are not kept.`);
  return [...keys.filter((key) => key !== first), first];
}
