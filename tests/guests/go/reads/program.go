// reads PATH TIMES reads a document so often, and says how many bytes that were. The host writes each answer into memory
// that only Go's collector can free.
package main

import (
	"fmt"
	"os"
	"strconv"

	"amend/store"
)

func main() {
	times, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	read := 0
	for range times {
		snapshot, _, err := store.Read(os.Args[1], "")
		if err != nil {
			panic(err)
		}
		read += len(snapshot.Text)
	}
	fmt.Println(read)
}
