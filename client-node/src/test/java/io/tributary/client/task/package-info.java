/** Tests of tasks. */
@NullMarked
package io.tributary.client.task;

import org.jspecify.annotations.NullMarked;
