/** Answers sys/*, one file a concern. */
package strongroom.system;
