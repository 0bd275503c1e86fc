/**
 * Whether nodes reach their databases through PgBouncer, which has 3
 * connections for all of them and lends each for one transaction:
 * `ROAM_POOLER=1`. What needs the database itself goes by its `direct` address.
 */
export const isPooled: boolean = process.env.ROAM_POOLER === "1";
