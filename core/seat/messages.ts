import { owns } from "../message/because.ts";
import type { Named, NotificationMessages } from "../message/message.ts";

const seatsIn = ({ thing = "seats" }: Named) => thing;
const requested = ({ organization }: Named) => `you requested seats for ${organization}`;

export const seatNotifications: NotificationMessages<"seats"> = {
  "seats.requested": {
    icon: "Ticket",
    page: "billing",
    group: "seats",
    title: (named) => `${named.person} requests ${seatsIn(named)} for ${named.organization}`,
    sentences: () => [
      "Approve the request on the billing page at its exact price, or decline it. The page says what for, and they will be notified.",
    ],
    because: ({ organization }) => `you can buy seats for ${organization}`,
  },
  "seats.approved": {
    icon: "Ticket",
    group: "seats",
    // owners are told, too, what automatic seats have bought for somebody
    page: ({ by }) => (by === undefined ? "members" : "billing"),
    title: (named) => approved(named, seatsIn(named)),
    sentences: ({ organization, by }) => [
      by === undefined
        ? `${organization} has more seats. If a bank still processes their payment, they can be used once it arrives.`
        : `${organization} has more seats. Every member can request them, up to the limit that an owner has set on the billing page.`,
    ],
    because: (named) => (named.by === undefined ? requested(named) : owns(named)),
  },
  "seats.declined": {
    icon: "Ticket",
    page: "members",
    group: "seats",
    title: (named) => `${named.person} declined your request for ${seatsIn(named)}`,
    sentences: ({ organization }) => [`${organization} does not get more seats for now. The members page says why.`],
    because: requested,
  },
  "seats.reclaimed": {
    icon: "Ticket",
    page: "billing",
    group: "seats",
    title: (named) => `Unused seats of ${named.organization} were reclaimed: ${seatsIn(named)}`,
    sentences: () => ["The reclaim of unused seats that you started has ended."],
    because: ({ organization }) => `you started it for ${organization}`,
  },
};

function approved({ by, person, hasPerson }: Named, seats: string): string {
  if (by !== undefined) return `A request of ${by} for ${seats} was approved automatically`;
  return hasPerson ? `${person} approved your request for ${seats}` : `Your request for ${seats} was approved`;
}
