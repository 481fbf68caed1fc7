import { log } from "../log.ts";
import type { answerEvents } from "./gateway-event.ts";

/**
 * Sends an API its first request, which costs tens of milliseconds in Node: so it is paid for before anybody waits.
 * @param originSecret what says that a request came through the site
 */
export async function warmUp(
  answer: ReturnType<typeof answerEvents>,
  { url, originSecret = "" }: { url: string; originSecret: string | undefined },
): Promise<void> {
  const { statusCode } = await answer({
    rawPath: "/api/v1/health",
    rawQueryString: "",
    headers: { "x-muster-origin": originSecret },
    requestContext: { domainName: new URL(url).host, http: { method: "GET" } },
  });
  if (statusCode !== 200) log.warn("The API could not answer its own first request.", { statusCode });
}
