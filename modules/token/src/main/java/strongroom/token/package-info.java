/** Issues, finds, renews and revokes tokens. */
package strongroom.token;
