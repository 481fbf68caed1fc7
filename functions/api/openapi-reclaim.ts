import { lowerSeatsHours, settledDays } from "@muster/core/billing/limits.ts";

/** The texts of the operations on automatic seats, and on unused ones. */
export const reclaimTexts = {
  changeAutomaticSeats: {
    summary: "Change automatic seats",
    description: `Up to this limit, seats are added and charged in the background, whenever fewer are free than are kept so, and for requests of members. Seats that nobody uses are removed ${lowerSeatsHours} hours before each period, unless someone has changed seats, or requested some that they got or wait for, in the ${settledDays} days before. Those in use or held by invitations stay.`,
  },
  listUnusedSeats: {
    summary: "List unused seats",
    description:
      "Members by name, or invitations by expiry. Owners and the caller are not among the members. Send the same day and instant with `reclaimSeats`.",
  },
  reclaimSeats: {
    summary: "Reclaim unused seats",
    description:
      "Removes the members and revokes the invitations that were reviewed, in the background. Nobody is removed who has made a request since, and no more than were reviewed.",
  },
  getReclaim: { summary: "Get the last reclaim", description: "Returns how far it is, or how it ended." },
  cancelReclaim: { summary: "Cancel a reclaim", description: "What was removed and revoked by then stays so." },
} as const;
