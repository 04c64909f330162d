/**
 * Looks at a state folder from outside: verifies what lies in it, and copies it while a coordinator
 * works in it. Never changes the folder it looks at.
 */
@NullMarked
package io.tributary.coordinator.check;

import org.jspecify.annotations.NullMarked;
