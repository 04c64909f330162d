/** Base models and checkpoints on the node's disk, by digest. Never fetches them. */
@NullMarked
package io.tributary.client.cache;

import org.jspecify.annotations.NullMarked;
