import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Credentials } from "@muster/local-base/credential.ts";
import type { Folder } from "./folder.ts";

/** Returns the credentials of this folder's services; made at the first start, readable by its owner only. */
export function keepCredentials({ file }: Pick<Folder, "file">): Credentials {
  const path = file("credentials.json");
  if (!existsSync(path)) writeFileSync(path, JSON.stringify(newCredentials()), { mode: 0o600 });
  const { accessKeyId, secretAccessKey }: Credentials = JSON.parse(readFileSync(path, "utf8"));
  return { accessKeyId, secretAccessKey };
}

const newCredentials = (): Credentials => ({
  accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(24).toString("base64url"),
});
