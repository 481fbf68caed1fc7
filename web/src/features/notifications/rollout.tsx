import type { Notification } from "#lib/api.ts";

type Kind = Extract<Notification["kind"], `rollout.${string}`>;

export const isOfRollout = (kind: Notification["kind"]): kind is Kind => kind.startsWith("rollout.");

/** A notification about a rollout that has halted. */
export function OfRollout({ notification, kind }: { notification: Notification; kind: Kind }) {
  const { subject, thing } = notification;
  const sentences: Record<Kind, string> = {
    "rollout.refused": `${thing ?? "too many"} devices refuse a change, so its rollout has halted. Resume it anyway, or roll it back.`,
    "rollout.silent": `a change is in force on ${thing ?? "too few"} devices only, so its rollout has halted. Resume it, or roll it back.`,
  };
  return (
    <>
      <strong className="font-medium">{subject}</strong>: {sentences[kind]}
    </>
  );
}
