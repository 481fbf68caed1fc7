/** A function: the version that its alias names, and the release of each version, from 1. */
export type StoredFunction = { live: string; releases: string[] };

/**
 * The part of Lambda that a rollback uses.
 * @throws what the service would answer with an error
 */
export function answerFunctions(
  method: string,
  path: string,
  body: string,
  functions: ReadonlyMap<string, StoredFunction>,
): object {
  const [, name = "", what] = /^\/2015-03-31\/functions\/([\w-]+)\/(versions|aliases\/live)$/.exec(path) ?? [];
  const found = functions.get(name);
  if (!found) throw new Error(`Function not found: ${name}`);
  if (what === "versions") return { Versions: versionsOf(found) };
  if (method === "PUT") {
    const { FunctionVersion } = JSON.parse(body) as { FunctionVersion: string };
    if (!found.releases[Number(FunctionVersion) - 1]) throw new Error(`${name} has no version ${FunctionVersion}`);
    found.live = FunctionVersion;
  }
  return { Name: "live", FunctionVersion: found.live };
}

function versionsOf({ releases }: StoredFunction): object[] {
  const environment = (release = "") => ({ Environment: { Variables: { MUSTER_RELEASE: release } } });
  return ["$LATEST", ...releases.keys()].map((each) =>
    typeof each === "string"
      ? { Version: each, ...environment(releases.at(-1)) }
      : { Version: String(each + 1), ...environment(releases[each]) },
  );
}
