// What the reference of events says of invitations.

const invitation = "The invitation.";
const teams = "The teams of the member; absent when there are none.";
const roles = { from: "The role before.", to: "The role after." };
const cause = {
  import: "The import that invited, if one did.",
  by: "The account that the import runs as.",
};

export const invitationReference = {
  "invitation.accepted": {
    when: "Someone accepts an invitation.",
    data: {
      invitation,
      account: "The account of the new member.",
      role: "The role.",
      by: "The account that invited.",
      teams,
    },
  },
  "invitation.created": {
    when: "Invitations are sent, up to 100 in one event.",
    data: { invitations: "The invitations.", roles: "How many were invited, by role.", ...cause },
  },
  "invitation.ended": {
    when: "Invitations are declined, revoked, or expire.",
    data: {
      invitations: "The invitations.",
      state: "How they ended.",
      from: "The inviter who caused it; absent when someone ended them.",
      reason: "Whether that inviter left, or may no longer give the roles; absent when someone ended them.",
      imports: "How many of them an import had invited, by import.",
    },
  },
  "invitation.inviter_changed": {
    when: "An inviter may no longer give the roles of pending invitations, and the member who changed that keeps them.",
    data: {
      invitations: "The invitations.",
      from: "The account of the inviter.",
      to: "The account of the new inviter.",
    },
    logOnly: true,
  },
  "invitation.renamed": {
    when: "The name of the person in a pending invitation changes.",
    data: { invitation },
    logOnly: true,
  },
  "invitation.requested": { when: "Someone requests a new invitation.", data: { invitation } },
  "invitation.resent": {
    when: "An invitation is sent again.",
    data: { invitation, attempt: "How often it was sent.", ...cause },
  },
  "invitation.mails_resumed": {
    when: "An owner or admin queues emails of invitations again that have waited for too long.",
    data: { invitations: "The invitations: the links in their emails are the same as before." },
  },
  "invitation.role_changed": {
    when: "The role of a pending invitation changes.",
    data: { invitation, ...roles },
    logOnly: true,
  },
  "invitation.teams_changed": {
    when: "The teams of a pending invitation change.",
    data: { invitation, added: "The teams that it got.", removed: "The teams that it lost." },
    logOnly: true,
  },
  "invitation.suppression_removed": {
    when: "An owner or admin allows email to a suppressed address again.",
    data: { invitation },
    logOnly: true,
  },
} as const;
