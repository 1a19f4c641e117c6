/** Takes a request through its stages in order and answers it. */
package strongroom.request;
