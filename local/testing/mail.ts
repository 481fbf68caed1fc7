export { type MailServer, startMail } from "@muster/local/mail/server.ts";
