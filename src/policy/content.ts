/** Where the metadata of a key of the database says that what is said by it is kept. */
export const contentMember = "specgate_content";
