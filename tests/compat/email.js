// Stands in for a module of Cloudflare's platform: nothing here sends email.
export class EmailMessage {}
