/**
 * A node: one site's process, or a part of an application, that trains on data which stays where
 * they are. {@link io.tributary.client.Node} puts the parts together; time, randomness and threads
 * enter here and nowhere else.
 */
@NullMarked
package io.tributary.client;

import org.jspecify.annotations.NullMarked;
