import type { Role } from "../base/role.ts";
import { settings } from "../kernel/ports.ts";
import { rightsOf, roleName } from "../message/role-name.ts";
import { codeMinutes } from "../session/limits.ts";
import { button, type Content, code, day, heading, moment, named, paragraph, quote, small } from "./content.ts";

// Shapes

/** The content of an invitation's mails, from its row, its organization and the inviter's profile. */
export type Invited = {
  email: string;
  organization: string;
  role: Role;
  /** The inviter's name, if the account still exists. */
  inviter?: string | undefined;
  /** The inviter's address, if answers reach them. */
  replyTo?: { name: string; address: string } | undefined;
  /** The inviter's own words. */
  message?: string | undefined;
  expiresAt: string;
  url: string;
};

// Functions

/**
 * Returns the mail of a sign-in code. The link has it in the fragment, which no server sees and no scanner can use up.
 */
export function codeTemplate(text: string, url: string): Content {
  const { productName } = settings();
  return {
    subject: `${text} is your ${productName} code`,
    preview: `It is valid for ${codeMinutes} minutes and can be used once.`,
    blocks: [
      heading(`Sign in to ${productName}`),
      paragraph("Enter this code where you requested it:"),
      code(text),
      paragraph("Or continue in the browser where you requested it:"),
      button("Continue signing in", url),
      small(
        `The code is valid for ${codeMinutes} minutes and can be used once. If you did not request it, ignore this email: nobody can sign in without the code.`,
      ),
    ],
  };
}

/** Returns the mail of a code for reauthentication. It has no link: it is entered where it was requested. */
export function reauthenticationTemplate(text: string): Content {
  const { productName } = settings();
  return {
    subject: `${text} confirms that it's you`,
    preview: `It is valid for ${codeMinutes} minutes and can be used once.`,
    blocks: [
      heading("Confirm it's you"),
      paragraph(`Enter this code in ${productName}, where you requested it:`),
      code(text),
      small(
        `The code is valid for ${codeMinutes} minutes and can be used once. If you did not request it, someone may be using your session: sign out everywhere on your account page.`,
      ),
    ],
  };
}

/**
 * Returns the mail of an invitation. The link is in the button only; what other people wrote stands apart from our
 * words.
 */
export function invitationTemplate({ message, ...invited }: Invited): Content {
  const { productName } = settings();
  const [organization, inviter] = [named(invited.organization), invited.inviter && named(invited.inviter)];
  const until = moment(invited.expiresAt);
  const invites = inviter ? `${inviter} invites you` : "You are invited";
  return {
    subject: inviter ? `${inviter} invites you to ${organization}` : `You are invited to ${organization}`,
    preview: `Join ${organization} on ${productName} until ${until}.`,
    blocks: [
      heading(`Join ${organization} on ${productName}`),
      paragraph(`${invites} to join the organization ${organization}.`),
      ...(message ? [quote(`${inviter ?? "The inviter"} wrote:`, message)] : []),
      paragraph(`Your role would be ${roleName(invited.role)}: ${rightsOf(invited.role)}.`),
      button("View the invitation", invited.url),
      paragraph(`The invitation expires on ${until}.`),
      ...repliesTo(invited),
      small(onlyFor(invited.email)),
    ],
  };
}

/** Returns the reminder of an invitation that is about to expire. */
export function reminderTemplate(invited: Invited): Content {
  const { productName } = settings();
  const [organization, inviter] = [named(invited.organization), invited.inviter && named(invited.inviter)];
  const opening = inviter ? `${inviter} invited you` : "You were invited";
  return {
    subject: `Your invitation to ${organization} expires on ${day(invited.expiresAt)}`,
    preview: `It is still open: join ${organization} on ${productName}.`,
    blocks: [
      heading(`Your invitation to ${organization} expires soon`),
      paragraph(
        `${opening} to join the organization ${organization} on ${productName}, and the invitation is still open.`,
      ),
      paragraph(`Your role would be ${roleName(invited.role)}: ${rightsOf(invited.role)}.`),
      button("View the invitation", invited.url),
      paragraph(`It expires on ${moment(invited.expiresAt)}. After that, you would need a new invitation.`),
      ...repliesTo(invited),
      small(`This is the only reminder. ${onlyFor(invited.email)}`),
    ],
  };
}

const repliesTo = ({ inviter, replyTo }: Pick<Invited, "inviter" | "replyTo">) =>
  inviter && replyTo ? [paragraph(`Questions? Your reply goes to ${named(inviter)}.`)] : [];

const onlyFor = (email: string) =>
  `The invitation is for ${email} only: the link works only for someone who signs in with this address. ` +
  "If you did not expect it or do not want to join, ignore this email: nothing else happens.";
