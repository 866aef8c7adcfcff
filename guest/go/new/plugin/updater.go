// Takes apples from a stock. The document is {"apples": 5}, and the arguments are {"take": 2}.
package main

import (
	"errors"
	"fmt"

	"amend/updater"
)

func init() { updater.Export(updater.Edit(take)) }

func main() {}

// Stock is as much of the document as this updater has to know: what it does not name stays as it is.
type Stock struct {
	Apples uint64 `json:"apples"`
}

// Order is what the caller says.
type Order struct {
	Take uint64 `json:"take"`
}

// take edits the document, or refuses with a reason that the caller sees.
func take(stock *Stock, order Order) error {
	if order.Take == 0 {
		return errors.New("nothing was ordered")
	}
	if order.Take > stock.Apples {
		return fmt.Errorf("%d apples were ordered, %d are left", order.Take, stock.Apples)
	}
	stock.Apples -= order.Take
	return nil
}
