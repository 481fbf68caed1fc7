import * as Account from "@muster/core/account/account.ts";
import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import * as Comment from "@muster/core/comment/comment.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Digest from "@muster/core/notification/digest.ts";
import { nextEight } from "@muster/core/notification/eight.ts";
import * as Preference from "@muster/core/notification/preference.ts";
import * as Update from "@muster/core/update/update.ts";
import { type Cast, owner, type Span } from "./cast.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

/** Cities that never turn their clocks, one for each hour in which it is eight o'clock somewhere. */
const zones = `
  Pacific/Pago_Pago Pacific/Honolulu Pacific/Gambier Pacific/Pitcairn America/Phoenix
  America/Costa_Rica America/Lima America/Puerto_Rico America/Sao_Paulo Atlantic/South_Georgia
  Atlantic/Cape_Verde Africa/Accra Africa/Lagos Africa/Johannesburg Africa/Nairobi Asia/Dubai
  Asia/Karachi Asia/Dhaka Asia/Bangkok Asia/Singapore Asia/Tokyo Australia/Brisbane
  Pacific/Guadalcanal Pacific/Fiji
`
  .trim()
  .split(/\s+/);

/** The time before the end of the story at which the clock looks for digests. */
const lookMs = minuteMs;

/** Somebody reads what happens once a day, where it has just been eight o'clock: their digest is left to be sent. */
export function digestActions(
  deployment: Deployment,
  { organization, cast, span }: { organization: DemoOrganization; cast: Cast; span: Span },
): Action[] {
  const [reader = owner, other = owner] = cast.founders;
  const as = async <R>(figure: Figure, run: () => Promise<R>) =>
    deployment.asMember(await deployment.join(figure), organization.id(), run);
  const look = span.to - lookMs;
  let update: Awaited<ReturnType<typeof Update.create>>["id"] | undefined;
  const comment = (by: Figure, content: string) =>
    as(by, async () => {
      if (update) await Comment.create({ update, content });
    });

  return [
    {
      at: span.to - 8 * hourMs,
      run: async () => {
        const zone = zoneAtEight(look);
        await deployment.as(await deployment.join(reader), () => Account.edit({ zone }));
        await as(reader, () => Preference.changePreferences({ mentions: "digest", comments: "digest" }));
      },
    },
    {
      at: span.to - 7 * hourMs,
      run: async () => {
        update = (await as(reader, () => Update.create(text))).id;
      },
    },
    { at: span.to - 6 * hourMs, run: () => comment(other, "I can bring a cake.") },
    {
      at: span.to - 5 * hourMs,
      run: async () => {
        const { account } = await deployment.join(reader);
        await comment(owner, `Good idea, @${account}! The large room is free.`);
      },
    },
    { at: look, run: () => asSystem("clock.digests", async () => void (await Digest.due({}))) },
  ];
}

/** Returns a zone where the clock has struck eight in the hour before an instant. */
export function zoneAtEight(at: number): string {
  const zone = zones.find((one) => nextEight(at - hourMs, one).at <= at);
  if (zone === undefined) throw new Error("It is eight o'clock nowhere.");
  return zone;
}

const text = {
  title: "Coffee with the new colleagues",
  content: "Friday at three, in the **large room** if it is free. Who joins us?",
  tags: ["people"],
};
