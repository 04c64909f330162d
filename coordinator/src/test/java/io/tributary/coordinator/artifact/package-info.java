/** Tests of what lies on the disk. */
@NullMarked
package io.tributary.coordinator.artifact;

import org.jspecify.annotations.NullMarked;
