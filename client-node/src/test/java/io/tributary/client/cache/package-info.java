/** Tests of the cache. */
@NullMarked
package io.tributary.client.cache;

import org.jspecify.annotations.NullMarked;
