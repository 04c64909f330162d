/** Tests of a whole coordinator within one process, and the scripted peers they need. */
@NullMarked
package io.tributary.coordinator;

import org.jspecify.annotations.NullMarked;
