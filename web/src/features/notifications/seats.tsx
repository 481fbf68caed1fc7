import type { Notification } from "#lib/api.ts";

type Kind = Extract<Notification["kind"], `seats.${string}`>;

export const isOfSeats = (kind: Notification["kind"]): kind is Kind => kind.startsWith("seats.");

/** A notification about a request for seats: to those who can buy them, and to its author. */
export function OfSeats({ notification, kind }: { notification: Notification; kind: Kind }) {
  const { subject, person = "Someone", by, thing = "seats" } = notification;
  if (kind === "seats.reclaimed") {
    return (
      <>
        Unused seats of <strong className="font-medium">{subject}</strong> were reclaimed: {thing}.
      </>
    );
  }
  if (kind === "seats.approved" && by !== undefined) {
    return (
      <>
        A request of <strong className="font-medium">{by}</strong> for {thing} in{" "}
        <strong className="font-medium">{subject}</strong> was approved automatically.
      </>
    );
  }
  if (kind === "seats.approved" && notification.person === undefined) {
    return (
      <>
        Your request for {thing} in <strong className="font-medium">{subject}</strong> was approved.
      </>
    );
  }
  const sentences: Record<typeof kind, string> = {
    "seats.requested": `requests ${thing} for`,
    "seats.approved": `approved your request for ${thing} in`,
    "seats.declined": `declined your request for ${thing} in`,
  };
  return (
    <>
      <strong className="font-medium">{person}</strong> {sentences[kind]}{" "}
      <strong className="font-medium">{subject}</strong>.
    </>
  );
}
