import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Loader, Plugin } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const core = "@smithy/core/dist-es/submodules";

/** Files of the SDK, and our replacement for each. A bundle that imports more than the replacement has is not built. */
const replaced: Record<string, string> = {
  [`${core}/checksum/crc32/Crc32Js.js`]: "checksum.ts",
  [`${core}/checksum/md5/Md5Js.js`]: "checksum.ts",
  [`${core}/checksum/sha256/Sha256Js.js`]: "checksum.ts",
  [`${core}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`]: "shared-config.ts",
  [`${core}/config/shared-ini-file-loader/loadSharedConfigFiles.js`]: "shared-config.ts",
  [`${core}/endpoints/middleware-endpoint/service-customizations/index.js`]: "endpoint.ts",
  [`${core}/endpoints/util-endpoints/decideEndpoint.js`]: "endpoint.ts",
  [`${core}/retry/util-retry/AdaptiveRetryStrategy.js`]: "retry.ts",
  [`${core}/serde/date-utils.js`]: "date.ts",
  "@aws-sdk/core/dist-es/submodules/client/util-endpoints/aws.js": "endpoint.ts",
  "@smithy/signature-v4/dist-es/HeaderFormatter.js": "signature.ts",
};

/** The clients, and the first label of their hosts: all that remains of their endpoint rules. */
export const hosts = {
  "client-dynamodb": "dynamodb",
  "client-s3": "s3",
  "client-ses": "email",
} as const;

type Change = (text: string) => { contents: string; loader: Loader };
const changed: Record<string, Change> = {
  ...Object.fromEntries(
    Object.entries(hosts).flatMap(([client, host]): [string, Change][] => [
      [`@aws-sdk/${client}/dist-es/endpoint/bdd.js`, () => js(`export const bdd = "${host}";`)],
      [`@aws-sdk/${client}/package.json`, onlyVersion],
    ]),
  ),
  "@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js": () =>
    js("export const partitionsInfo = { partitions: [] };"),
  "@aws-sdk/client-dynamodb/dist-es/DynamoDBClient.js": without([
    /^ +this\.middlewareStack\.use\([^;]+\);$/gm,
    /(?<=endpointDiscoveryCommandCtor: )DescribeEndpointsCommand/g,
  ]),
  "@aws-sdk/client-dynamodb/dist-es/runtimeConfig.shared.js": without([
    /(?<=config\?\.httpAuthSchemes \?\? )\[[^\]]+\]/g,
    /(?<=config\?\.protocol \?\? )AwsJson1_0Protocol/g,
    /(?<=config\?\.protocolSettings \?\? )\{[^}]+\}/g,
  ]),
};

/** Every file of the SDK that bundles contain only in part. */
export const lightened = [...Object.keys(replaced), ...Object.keys(changed)];

/** @throws if a part of the SDK that should be replaced is in no bundle, because a newer SDK moved it */
export function assertMet(met: ReadonlySet<string>): void {
  const missing = lightened.filter((file) => !met.has(file));
  if (missing.length > 0) throw new Error(`The SDK has changed: there is no replacement for ${missing.join(", ")}.`);
}

/**
 * Leaves out of the bundles what a function on Lambda never runs. `onMet` is called for each part that a bundle would
 * contain.
 */
function leaveOut(onMet: (file: string) => void): Plugin {
  return {
    name: "lighter-sdk",
    setup(build) {
      build.onLoad({ filter: /node_modules\/@(aws-sdk|smithy)\// }, async ({ path }) => {
        const file = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
        const ours = replaced[file];
        const change = changed[file];
        if (!ours && !change) return undefined;
        onMet(file);
        if (ours) return { ...js(`export * from "./${ours}";`), resolveDir: here };
        return { ...change?.(await readFile(path, "utf8")), resolveDir: dirname(path) };
      });
    },
  };
}

/** What of the SDK is left out, and what replaces it. */
export function lighter(onMet: (file: string) => void) {
  return {
    alias: {
      "@aws-sdk/credential-provider-node": `${here}/credentials.ts`,
      "@aws-sdk/endpoint-cache": `${here}/endpoint-cache.ts`,
      "node:http": `${here}/node-http.ts`,
    },
    // only the SDK's code for browsers would load it
    external: ["bowser"],
    plugins: [leaveOut(onMet)],
  } satisfies BuildOptions;
}

function js(contents: string) {
  return { contents, loader: "js" as const };
}

/** The client sends AWS its version, and nothing else of its manifest. */
function onlyVersion(text: string) {
  const { version } = JSON.parse(text) as { version: string };
  return { contents: JSON.stringify({ version }), loader: "json" as const };
}

/**
 * The table is called with signed requests, so of its client only the configuration is used: what sends and reads
 * requests is left out. Each part must be there, or the SDK has changed.
 */
export function without(parts: readonly RegExp[]): Change {
  return (text) => {
    const missing = parts.find((part) => text.search(part) === -1);
    if (missing) throw new Error(`The SDK has changed: there is no ${missing.source}.`);
    return js(
      parts.reduce((rest, part) => rest.replace(part, (found) => (found.endsWith(";") ? "" : "undefined")), text),
    );
  };
}
