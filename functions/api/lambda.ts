import { handle } from "hono/aws-lambda";
import { boot } from "../boot.ts";
import { app } from "./app.ts";

const { secrets, siteUrl } = await boot();

/** API Gateway's door to the API (payload format 2.0). */
export const handler = handle(
  app({ url: siteUrl, secure: siteUrl.startsWith("https:"), originSecret: secrets.origin }),
);
